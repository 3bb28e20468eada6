// Every text that is shown and does not stand out enough from its ground, by WCAG's AA: evaluated in the page.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (colour) =>
    colour.slice(0, 3).reduce((sum, v, i) => sum + linear(v / 255) * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const colour = rgba(style.backgroundColor);
      if (colour[3] > 250) return colour;
      if (style.backgroundImage !== "none") return null; // a gradient: nothing to compare with
    }
    return [255, 255, 255, 255];
  };
  const contrast = (node, under) => {
    const [more, less] = [light(rgba(getComputedStyle(node).color)), light(under)].sort((a, b) => b - a);
    return (more + 0.05) / (less + 0.05);
  };
  const enough = (node) => {
    const { fontSize, fontWeight } = getComputedStyle(node);
    const size = parseFloat(fontSize);
    return size >= 24 || (size >= 18.66 && fontWeight >= 700) ? 3 : 4.5;
  };
  const found = new Set();
  const top = document.querySelector("dialog[open]") ?? document.body;
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.data.trim();
    const node = walker.currentNode.parentElement;
    if (!words || !node.checkVisibility({ opacityProperty: true })) continue;
    if (node.closest(".hidden-words, :disabled")) continue;
    const under = ground(node);
    if (!under) continue;
    const is = contrast(node, under);
    if (is < enough(node)) found.add(`${words.slice(0, 30)} (${node.className}): ${is.toFixed(2)}`);
  }
  return [...found];
}
