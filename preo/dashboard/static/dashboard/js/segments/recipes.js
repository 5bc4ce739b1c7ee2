// The recipes: a dialog from which a condition is taken, or added to the one that is there.

/**
 * `take(condition, how)` is called with the chosen one, `how` being `replace` or `add`. Gives
 * `show(recipes)`, which lists `{title, description, condition}`.
 */
export const makeRecipes = ({ dialog, template, opener, take }) => {
  const list = dialog.querySelector(".recipe-list");

  const find = dialog.querySelector(".js-find");
  const narrow = () => {
    const term = find.value.trim().toLowerCase();
    for (const item of list.children) item.hidden = !item.textContent.toLowerCase().includes(term);
  };

  opener.addEventListener("click", () => {
    find.value = "";
    narrow();
    dialog.showModal();
    find.focus();
  });
  find.addEventListener("input", narrow);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest(".js-close")) dialog.close();
    const button = event.target.closest("[data-how]");
    if (!button) return;
    dialog.close();
    take(button.closest(".recipe").querySelector(".js-condition").textContent, button.dataset.how);
  });

  return {
    show: (recipes) => {
      list.replaceChildren(
        ...recipes.map((recipe) => {
          const item = template.content.firstElementChild.cloneNode(true);
          item.querySelector(".js-title").textContent = recipe.title;
          item.querySelector(".js-description").textContent = recipe.description;
          item.querySelector(".js-condition").textContent = recipe.condition;
          for (const button of item.querySelectorAll("[data-how]")) {
            button.setAttribute("aria-label", `${button.textContent}: ${recipe.title}`);
          }
          return item;
        }),
      );
    },
  };
};
