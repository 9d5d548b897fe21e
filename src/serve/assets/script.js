// Adds to pages that are complete without it: search as you type, completion, dragging on the timeline, keys.
"use strict";
(() => {
  const base = document.body.dataset.base || "";
  const form = document.querySelector("form[data-live]");
  const box = document.getElementById("q");
  const results = document.getElementById("results");
  let asking = null;

  const later = (ms, work) => {
    let timer = 0;
    return () => { clearTimeout(timer); timer = setTimeout(work, ms); };
  };

  // Search as you type: the page that the form would load, of which the part below the box is taken.
  const address = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const usual = (name === "sort" && value === "relevance") || (name === "copies" && value === "collapse");
      if (value !== "" && !usual) data.append(name, value);
    }
    const text = data.toString();
    return base + "/" + (text ? "?" + text : "");
  };
  const search = async () => {
    const to = address();
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(to, { signal: asking.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("results");
      // A mistake in what is half typed is not told before the form is sent.
      if (!answer.ok || !found) return;
      document.querySelectorAll("main > .mistake").forEach((told) => told.remove());
      results.replaceChildren(...found.childNodes);
      document.title = page.title;
      history.replaceState(null, "", to);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
  const complete = async () => {
    const word = box.value.slice(0, box.selectionStart).match(/[\p{L}\p{M}\p{N}]{2,}$/u);
    const words = document.getElementById("words");
    if (!word) return words.replaceChildren();
    const start = box.value.slice(0, box.selectionStart - word[0].length);
    const answer = await fetch(base + "/api/v1/complete?limit=8&prefix=" + encodeURIComponent(word[0]));
    if (!answer.ok) return;
    words.replaceChildren(...(await answer.json()).words.map((known) => {
      const option = document.createElement("option");
      option.value = start + known.name;
      return option;
    }));
  };
  if (form && box && results) {
    const soonSearch = later(250, search);
    const soonComplete = later(120, complete);
    box.addEventListener("input", () => { soonSearch(); soonComplete(); });
    form.addEventListener("change", (event) => { if (event.target !== box) soonSearch(); });
  }

  // Dragging over the timeline: from the period where it begins to the one where it ends.
  let first = null;
  const period = (target) => target instanceof Element ? target.closest("[data-timeline] [data-from]") : null;
  const at = (event) => period(document.elementFromPoint(event.clientX, event.clientY));
  const between = (one, other) => {
    const all = [...one.parentNode.querySelectorAll("[data-from]")];
    const [a, b] = [all.indexOf(one), all.indexOf(other)].sort((x, y) => x - y);
    return all.slice(a, b + 1);
  };
  const show = (chosen) => {
    document.querySelectorAll("[data-timeline] .chosen").forEach((was) => was.classList.remove("chosen"));
    chosen.forEach((is) => is.classList.add("chosen"));
  };
  document.addEventListener("pointerdown", (event) => { if (event.button === 0) first = period(event.target); });
  document.addEventListener("pointermove", (event) => {
    const now = first && at(event);
    if (now && now.parentNode === first.parentNode) show(between(first, now));
  });
  document.addEventListener("pointerup", (event) => {
    const [from, to] = [first, first && at(event)];
    first = null;
    show([]);
    if (!from || !to || from === to || from.parentNode !== to.parentNode) return;
    const chosen = between(from, to);
    const state = new URLSearchParams(location.search);
    state.delete("after");
    state.set("from", chosen[0].dataset.from);
    state.set("to", chosen[chosen.length - 1].dataset.to);
    // A click that ends the drag would follow the link under it.
    document.addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
    location.assign(base + "/?" + state);
  });
  document.addEventListener("dragstart", (event) => { if (period(event.target)) event.preventDefault(); });

  // Keys.
  const hits = () => [...document.querySelectorAll(".hits h2 a, .related .hit > a")];
  const move = (by) => {
    const all = hits();
    const here = all.indexOf(document.activeElement);
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  };
  const keys = {
    "/": () => { if (box) { box.focus(); box.select(); } else location.assign(base + "/"); },
    j: () => move(1),
    k: () => move(-1),
    o: () => { if (hits().includes(document.activeElement)) document.activeElement.click(); },
    "?": () => location.assign(base + "/help"),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (event.key === "Escape" && typing) return typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
