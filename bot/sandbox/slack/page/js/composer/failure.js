/** Why a text was not sent, in the words Slack uses. */

/** `text`: what was typed. */
export function failure(answer, text) {
  const command = text.startsWith("/") ? text.split(/\s/, 1)[0] : "";
  if (answer.error === "unreachable") return "The local Slack can't be reached. Your text wasn't sent.";
  if (command && /timeout/.test(answer.error ?? ""))
    return `The app didn't answer ${command} within 3 seconds (${answer.error}).`;
  if (answer.message) return answer.message;
  if (command) return `${command} failed with the error “${answer.error}”.`;
  return `Your message wasn't sent: ${answer.error}.`;
}
