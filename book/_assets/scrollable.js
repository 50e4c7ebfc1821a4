// A formula wider than its box scrolls; make it reachable by keyboard, also when the window shrinks or an answer opens.
// The theme does the same for code and tables.
const watcher = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const box = target.closest("div.math");
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
});
addEventListener("load", () => {
  for (const box of document.querySelectorAll("div.math, div.math > .katex-display")) watcher.observe(box);
});
