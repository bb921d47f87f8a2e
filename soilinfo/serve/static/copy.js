"use strict";

// Buttons that copy the text of another element; without a script they stay hidden.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(document.getElementById(button.dataset.copy));
    tell(button);
  });
}

async function copy(element) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(element.textContent);
    return;
  }
  // Over plain HTTP there is no clipboard: what is selected can be copied all the same.
  getSelection().selectAllChildren(element);
  document.execCommand("copy");
}

function tell(button) {
  const label = button.dataset.label ??= button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; }, 2000);
}
