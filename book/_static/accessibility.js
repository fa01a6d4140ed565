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
});
