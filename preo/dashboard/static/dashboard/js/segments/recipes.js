// The recipes: a dialog from which a condition is taken, or added to the one that is there.

/**
 * `take(condition, how)` is called with the chosen one, `how` being `replace` or `add`. Gives
 * `show(recipes)`, which lists `{title, description, condition}`.
 */
export const makeRecipes = ({ dialog, template, opener, take }) => {
  const list = dialog.querySelector(".recipe-list");

  opener.addEventListener("click", () => dialog.showModal());
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
          for (const word of item.querySelectorAll(".js-of")) word.textContent = `: ${recipe.title}`;
          return item;
        }),
      );
    },
  };
};
