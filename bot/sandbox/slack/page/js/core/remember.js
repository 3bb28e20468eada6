/** Small settings of this browser. A browser that stores nothing just forgets them. */

export function recall(key, otherwise = "") {
  try {
    return localStorage.getItem(`vpsbot.${key}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function keep(key, value) {
  try {
    localStorage.setItem(`vpsbot.${key}`, value);
  } catch {
    // Private windows may refuse; the setting then lasts as long as the page.
  }
}
