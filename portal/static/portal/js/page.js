// Small comforts. Every page works without them.
document.documentElement.classList.add("scripted");

// Print buttons.
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// Long lists of choices: type a few characters to narrow them. A ticked choice always stays in sight.
for (const field of document.querySelectorAll("[data-narrows]")) {
  const choices = field.parentElement.querySelectorAll(".choice");
  field.addEventListener("input", () => {
    const wanted = field.value.trim();
    for (const choice of choices) {
      const ticked = choice.querySelector("input").checked;
      choice.hidden = Boolean(wanted) && !ticked && !choice.textContent.includes(wanted);
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
