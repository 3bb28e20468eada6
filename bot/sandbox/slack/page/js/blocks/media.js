/** Pictures, videos and files. The page asks nobody else for anything: what lies elsewhere is a place and a link. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { link } from "../text/draw.js";
import { plainText, textObject } from "../text/draw.js";

const WEB = /^https?:/i;

export function imageBlock(block) {
  return h(
    "figure",
    { class: "image-figure" },
    block.title && h("figcaption", null, textObject(block.title)),
    picture(block, "block-picture"),
  );
}

/** Only pictures that are in the message itself or on this server are loaded. */
export function picture(image, name) {
  const source = image.image_url ?? image.slack_file?.url ?? "";
  if (/^data:image\//.test(source) || source.startsWith("/"))
    return h("img", { class: name, src: source, alt: image.alt_text ?? "", loading: "lazy" });
  return h(
    "span",
    { class: `${name} placeholder-image`, role: "img", "aria-label": image.alt_text || "Image", title: source },
    icon("image", 20),
    h("span", { class: "placeholder-words" }, image.alt_text || "Image"),
  );
}

export function videoBlock(block) {
  const title = plainText(block.title);
  const play = [icon("play", 28), h("span", { class: "placeholder-words" }, block.alt_text || title)];
  const poster = { class: "block-picture placeholder-image video-poster", title: block.video_url };
  const by = [block.author_name, block.provider_name].filter(Boolean).join(" · ");
  return h(
    "figure",
    { class: "image-figure" },
    by && h("p", { class: "menu-note" }, by),
    h("figcaption", null, WEB.test(block.title_url ?? "") ? link(block.title_url, title) : title),
    block.description && h("p", null, textObject(block.description)),
    WEB.test(block.video_url ?? "")
      ? h(
          "a",
          {
            ...poster,
            href: block.video_url,
            target: "_blank",
            rel: "noopener noreferrer",
            "aria-label": `Play ${title}`,
          },
          play,
        )
      : h("span", poster, play),
  );
}

export function fileBlock(block) {
  return h(
    "span",
    { class: "file" },
    icon("download", 20),
    h(
      "span",
      { class: "file-words" },
      h("span", { class: "file-name" }, block.external_id),
      h("span", { class: "menu-note" }, "A remote file"),
    ),
  );
}
