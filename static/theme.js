// Follows the system's light or dark scheme: Bootstrap wants it as an attribute.
(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = function () {
    document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
})();
