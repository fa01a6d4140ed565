// Repairs of the theme's markup that a style sheet cannot make.
window.addEventListener("load", () => {
  // A label must contain the words that are to be seen; these labels replace them by others.
  for (const element of document.querySelectorAll(
    ".search-button-field, .theme-switch-button, details.hide > summary")) {
    element.removeAttribute("aria-label");
  }
  // The role that Sphinx gives to a reference is no longer in the standard, and is not allowed in a list.
  for (const citation of document.querySelectorAll(".citation-list > .citation")) {
    citation.setAttribute("role", "listitem");
  }

  // What scrolls sideways must be reachable by the keyboard.
  const reach = () => {
    for (const box of document.querySelectorAll(".bd-article :is(figure, mjx-container[display], pre, .pst-scrollable-table-container)")) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
      }
    }
  };
  window.MathJax?.startup?.promise.then(reach);
  window.addEventListener("resize", reach);
  reach();
});
