// Follows the system's light or dark scheme: Bootstrap wants it as an attribute. Paper is light.
(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const paper = window.matchMedia("print");
  const apply = function () {
    document.documentElement.dataset.bsTheme = dark.matches && !paper.matches ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
  paper.addEventListener("change", apply);
})();
