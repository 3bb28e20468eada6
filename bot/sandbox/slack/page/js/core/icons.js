/** Line icons, drawn as SVG on a 20 × 20 grid. */

const PATHS = {
  hash: "M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h13.5M3 12.5h13.5",
  lock: "M5.5 9h9v7.5h-9zM7 9V6.5a3 3 0 0 1 6 0V9",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0Zm0 0c0 3.5 4 3 4-.5A7 7 0 1 0 13.5 16",
  person: "M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10ZM3.8 16.8c.6-3.2 3-5 6.2-5s5.6 1.8 6.2 5",
  people:
    "M7.500 9.500a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600ZM2 16.500c.5-3 2.600-4.600 5.500-4.600s5 1.600 5.500 4.600M12.800 4.200a2.700 2.700 0 0 1 0 5.100M15 12.300c1.700.7 2.700 2.100 3 4.200",
  home: "M3 9.5 10 3.5l7 6M5 8.5V16.5h10V8.5M8.5 16.5v-4.500h3v4.500",
  chat: "M3 4.500h14v9.500H9l-4 3v-3H3z",
  servers: "M3 4h14v4.800H3zM3 11.200h14V16H3zM6 6.400h.01M6 13.600h.01",
  inspect: "M8.700 14.400a5.700 5.700 0 1 0 0-11.400 5.700 5.700 0 0 0 0 11.400ZM13 13l4 4",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.300l2.800 1.700",
  sun: "M10 13.200a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400ZM10 2v2M10 16v2M2 10h2M16 10h2M4.300 4.300l1.400 1.400M14.300 14.300l1.400 1.400M4.300 15.700l1.400-1.400M14.300 5.700l1.400-1.400",
  moon: "M16.500 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.500 8.500Z",
  auto: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 3v14M10 6h5.500M10 10h7M10 14h5.500",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4l-6 6 6 6M6 10h11",
  download: "M10 3v9M6 8.500l4 4 4-4M3.500 16.500h13",
  down: "M5 8l5 5 5-5",
  right: "M8 5l5 5-5 5",
  send: "M3 3.500 17.500 10 3 16.500 5 10zM5 10h6",
  plus: "M10 4v12M4 10h12",
  bolt: "M11 2.500 4.500 11.500H9.500L8.500 17.500 15.500 8.500H10.500z",
  reply: "M3 4.500h14v9.500H9l-4 3v-3H3zM7 8h6M7 11h4",
  more: "M4.500 10h.01M10 10h.01M15.500 10h.01",
  eye: "M2 10c2-3.500 4.800-5.200 8-5.200s6 1.700 8 5.200c-2 3.500-4.800 5.200-8 5.200S4 13.500 2 10ZM10 12.300a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600Z",
  warning: "M10 3 18 16.500H2zM10 8v4M10 14.300h.01",
  arrowDown: "M10 4v12M5 11l5 5 5-5",
  panel: "M3 4h14v12H3zM12 4v12",
  check: "M4 10.500 8.200 14.500 16 6",
  menu: "M3 5.500h14M3 10h14M3 14.500h14",
  play: "M6.500 4v12l9.500-6z",
  trash: "M4 5.500h12M8 5.500v-2h4v2M5.500 5.500l.8 11h7.400l.8-11M8.500 8.500v5M11.500 8.500v5",
  thumbUp: "M3 9h3v8H3zM6 9l3.500-6c1.500 0 2.300 1 2 2.500L11 8h4.500a1.500 1.500 0 0 1 1.500 1.800l-1 5.700a1.800 1.800 0 0 1-1.800 1.500H6z",
  thumbDown: "M3 11h3V3H3zM6 11l3.500 6c1.500 0 2.300-1 2-2.500L11 12h4.500a1.500 1.500 0 0 0 1.500-1.800l-1-5.700A1.800 1.800 0 0 0 14.200 3H6z",
  image: "M3 4h14v12H3zM3 13.500l4-4 4 4 2.500-2.500L17 14M13 7.500h.01",
  slash: "M3 3h14v14H3zM12 6.500 8 13.500",
};

export function icon(name, size = 18) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = {
    viewBox: "0 0 20 20",
    width: size,
    height: size,
    fill: "none",
    stroke: "currentColor",
    "aria-hidden": "true",
    class: `icon icon-${name}`,
  };
  for (const [key, value] of Object.entries({
    ...attributes,
    "stroke-width": name === "more" ? 2.4 : 1.5,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
