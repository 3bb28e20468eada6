// Runs before the page is drawn, so that a dark page never flashes white.
try {
  const kept = localStorage.getItem("vpsbot.theme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
} catch {
  // A browser that stores nothing follows the system.
}
