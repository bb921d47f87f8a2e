// What the pages of analyses share: finding and making elements, saying the answer or what is wrong with the question.
"use strict";

const byId = (id) => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const say = (...parts) => byId("answer").replaceChildren(...parts);
const complain = (text) => say(element("p", { class: "notice", role: "alert" }, text));
