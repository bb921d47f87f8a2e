// The page of a job: its button takes the job back. The page reloads by itself, also without this script.
"use strict";

const button = document.getElementById("dismiss");
if (button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    await fetch(button.dataset.job, { method: "DELETE" });
    location.reload();
  });
}
