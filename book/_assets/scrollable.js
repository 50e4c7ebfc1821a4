// A formula wider than its box scrolls; make it reachable by keyboard. The theme does the same for code and tables.
addEventListener("load", () => {
  for (const box of document.querySelectorAll("div.math")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
});
