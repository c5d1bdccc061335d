"use strict";
// Comforts of the chat page; without them it still works.

// The copy button of an answer gives its words with the numbers and addresses of its sources, not its markup.
if (navigator.clipboard) {
  const write = navigator.clipboard.writeText.bind(navigator.clipboard);
  navigator.clipboard.writeText = (text) => {
    if (!/^<div/.test(text)) return write(text);
    const page = new DOMParser().parseFromString(text, "text/html");
    page.querySelector(".export")?.remove();
    page.querySelectorAll(".sources li").forEach((source) => source.prepend(`[${source.value}] `));
    page.querySelectorAll(".from a").forEach((source) => source.append(` <${source.href}>`));
    page.querySelectorAll("h2, p, li, summary, blockquote, .stance").forEach((block) => block.append("\n"));
    return write(page.body.textContent.replace(/[ \t]+/g, " ").trim());
  };
}

// A new question goes to the top of the screen and stays there while its answer grows, until the reader moves.
let questions = 0;
let following = null;
for (const moved of ["wheel", "touchmove", "pointerdown", "keydown"]) {
  addEventListener(moved, () => { following = null; }, { capture: true, passive: true });
}

function conversationChanged() {
  const rows = document.querySelectorAll("#conversation .user-row");
  if (rows.length > questions) following = rows[rows.length - 1];
  questions = rows.length;
  if (following) following.scrollIntoView({ block: "start" });
  // Gradio labels each message with its source text; a screen reader should read the message itself.
  document.querySelectorAll("#conversation .message [aria-label]").forEach((message) => {
    if (/message: </.test(message.getAttribute("aria-label"))) message.removeAttribute("aria-label");
  });
}

new MutationObserver((changes) => {
  if (changes.some((change) => change.target.closest?.("#main"))) conversationChanged();
}).observe(document.documentElement, { childList: true, subtree: true });

// The conversation is nowhere but on this screen: the browser asks before it is lost.
addEventListener("beforeunload", (event) => {
  if (document.querySelector("#conversation .bot-row")) event.preventDefault();
});

// A suggestion disappears when it is chosen; from the keyboard, the focus goes on to the question box.
addEventListener("click", (event) => {
  if (event.detail === 0 && event.target.closest("#suggestions button")) {
    document.querySelector("#question textarea")?.focus();
  }
});

// The question box is closed while an answer grows. Who had the focus in it finds it there again, but on a small
// screen, where the keyboard would cover the answer.
new MutationObserver((changes) => {
  const box = document.querySelector("#question textarea");
  if (!changes.some((change) => change.target === box) || box.disabled) return;
  if (document.activeElement === document.body && matchMedia("(min-width: 46rem)").matches) {
    box.focus({ preventScroll: true });
  }
}).observe(document.documentElement, { attributes: true, attributeFilter: ["disabled"], subtree: true });
