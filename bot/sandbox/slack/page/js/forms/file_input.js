/** The file input: what is chosen goes to the local Slack at once, and to the app when the dialog is sent. */

import { h, freshId, refill } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { post, sentence } from "../core/api.js";

const MOST_FILES = 10;
/** The local Slack takes bodies of 4 MiB, and a file grows by a third on its way. */
const MOST_BYTES = 3_000_000;

export function fileInput(element, place) {
  const most = element.max_files ?? MOST_FILES;
  const types = (element.filetypes ?? []).map((type) => type.toLowerCase().replace(/^\./, ""));
  const problemId = freshId("problem");
  let files = place.held(element, "files", undefined) ?? [];
  const given = place.attributes(element);
  const input = h("input", {
    ...given,
    "aria-describedby": [given["aria-describedby"], problemId].filter(Boolean).join(" "),
    type: "file",
    class: "file-choose",
    multiple: most > 1,
    accept: types.map((type) => `.${type}`).join(",") || null,
    onchange: () => take([...input.files]),
  });
  const list = h("ul", { class: "file-list" });
  const problem = h("p", { class: "field-hint", id: problemId, role: "status" });

  draw();
  place.note(element, { files });

  async function take(chosen) {
    input.setAttribute("aria-busy", "true");
    problem.textContent = "";
    for (const file of chosen) {
      const refusal = refused(file, files.length, types, most);
      const answer = refusal ? { ok: false, message: refusal } : await upload(file);
      if (answer.ok) files = [...files, answer.file];
      else problem.textContent = sentence(answer);
    }
    input.removeAttribute("aria-busy");
    input.value = "";
    tell();
  }

  function tell() {
    draw();
    place.changed(element, { files }, input);
  }

  function draw() {
    refill(
      list,
      files.map((file) =>
        h(
          "li",
          { class: "chip" },
          file.name,
          h(
            "button",
            {
              type: "button",
              class: "chip-remove",
              "aria-label": `Remove ${file.name}`,
              onclick: () => {
                files = files.filter((each) => each !== file);
                tell();
                input.focus();
              },
            },
            icon("close", 12),
          ),
        ),
      ),
    );
  }

  return h("div", { class: "file-field" }, input, list, problem);
}

/** Why Slack's window would not take this file, or "". */
function refused(file, taken, types, most) {
  if (taken >= most) return `At most ${most} ${most === 1 ? "file" : "files"} can be added.`;
  const type = file.name.split(".").pop().toLowerCase();
  if (types.length && !types.includes(type)) return `${file.name} is not of a type that is taken: ${types.join(", ")}.`;
  if (!file.size) return `${file.name} is empty.`;
  return file.size > MOST_BYTES ? `${file.name} is larger than the 3 MB that the local Slack takes.` : "";
}

function upload(file) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(post("file", { name: file.name, content: reader.result.split(",")[1] }));
    reader.onerror = () => resolve({ ok: false, message: `${file.name} can't be read.` });
    reader.readAsDataURL(file);
  });
}
