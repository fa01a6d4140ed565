// The windows that fit on a line of pixels, drawn and counted.
(() => {
  "use strict";

  const {element, format, reading, register, slider, svg} = ConvFigures;

  const SLIDERS = [  // what it sets, label, least, greatest
    ["n", "pixels n", 1, 28], ["kernel", "kernel k", 1, 7], ["stride", "stride s", 1, 4], ["padding", "padding p", 0, 3],
    ["dilation", "dilation d", 1, 3],
  ];
  const RATIO = 2.8;  // the drawing's width to its height, as in figures.css
  const LEAST_PIXELS = 16;  // fewer than these are drawn no larger

  /** A fraction between floor brackets. */
  function floor(numerator, denominator) {
    return element("span", {class: "floor"}, element("span", {class: "fraction"}, element("span", {}, numerator),
                                                     element("span", {}, denominator)));
  }

  register("output-size", "How many windows fit", (root, data) => {
    const layer = {...data};
    let windows = [];
    let chosen = 0;

    const drawing = svg("svg", {"aria-hidden": "true", class: "drawing"});
    const formula = element("div", {class: "formula", role: "img"});
    const line = reading(2, 4);
    const sliders = SLIDERS.map(([name, label, least, greatest]) =>
      slider({label, least, greatest, value: layer[name], onChange: value => { layer[name] = value; compute(); }}));
    const which = slider({label: "window", least: 0, greatest: 0, value: 0, onChange: choose});

    function compute() {
      const {n, kernel, stride, padding, dilation} = layer;
      const room = n + 2 * padding - dilation * (kernel - 1) - 1;
      const count = room < 0 ? 0 : Math.floor(room / stride) + 1;
      windows = Array.from({length: count}, (_, window) =>
        Array.from({length: kernel}, (_, weight) => window * stride - padding + weight * dilation));
      which.input.max = Math.max(0, count - 1);
      which.input.disabled = count === 0;
      formula.dataset.value = count;
      writeFormula(room, count);
      choose(Math.max(0, Math.min(chosen, count - 1)));
    }

    function writeFormula(room, count) {
      const {n, kernel, stride, padding, dilation} = layer;
      const filled = `${n} + 2·${padding} − ${dilation}·(${kernel} − 1) − 1`;
      const result = count ? `⌊${room}/${stride}⌋ + 1 = ${count}` : `${format(room)} is negative: no window fits`;
      formula.setAttribute("aria-label", `o = floor((${filled}) / ${stride}) + 1: ${result}`);
      formula.replaceChildren(
        element("div", {}, "o = ", floor("n + 2p − d(k − 1) − 1", "s"), " + 1"),
        element("div", {}, "= ", floor(filled, stride), " + 1 "),
        element("div", {}, count ? element("span", {}, "= ", floor(room, stride), " + 1 = ", element("strong", {}, count))
          : element("span", {}, "no room: ", element("strong", {}, format(room)))));
    }

    function choose(window) {
      chosen = window;
      which.set(chosen);
      draw();
      line.textContent = describe();
    }

    function describe() {
      const {n, kernel, padding, dilation} = layer;
      if (windows.length === 0) {
        return `No window fits: it spans ${dilation * (kernel - 1) + 1} pixels, and the line has ${n + 2 * padding}.`;
      }
      const fits = windows.length === 1 ? "1 window fits" : `${windows.length} windows fit`;
      const unread = n - new Set(windows.flat().filter(pixel => pixel >= 0 && pixel < n)).size;
      const lost = unread === 0 ? "Every pixel is read." : `${unread} ${unread === 1 ? "pixel is" : "pixels are"} never read.`;
      return `${fits}. Window ${chosen} reads ${windows[chosen].map(pixel => format(pixel)).join(", ")}. ${lost}`;
    }

    function draw() {
      const {n, padding} = layer;
      const pixels = n + 2 * padding;
      const width = Math.max(pixels, LEAST_PIXELS) + 2;
      const height = width / RATIO;
      const left = (width - pixels - 1.6) / 2 + padding;
      const pitch = Math.min(0.6, (height - 1.6) / windows.length);
      const read = new Set(windows.flat());
      const cells = Array.from({length: pixels}, (_, index) => index - padding).map(pixel => svg("g", {
        class: ["place", pixel < 0 || pixel >= n ? "padded" : read.has(pixel) ? "read" : "unread",
                windows.length && windows[chosen].includes(pixel) ? "current" : ""].join(" "),
        transform: `translate(${left + pixel} 0.1)`,
      }, svg("rect", {x: 0.08, y: 0.08, width: 0.84, height: 0.84}),
         svg("text", {x: 0.5, y: 0.63}, pixel < 0 || pixel >= n ? "0" : pixel)));
      const rows = windows.map((window, index) => {
        const middle = 1.5 + pitch * (index + 0.5);
        const size = 0.6 * pitch;
        return svg("g", {class: index === chosen ? "window-row current" : "window-row", "data-pixels": window.join(" "),
                         pointerenter: event => event.pointerType === "mouse" && index !== chosen && choose(index),
                         click: () => choose(index)},
          svg("rect", {class: "hit", x: 0, y: middle - pitch / 2, width, height: pitch}),
          svg("line", {x1: left + window[0] + 0.5, x2: left + window.at(-1) + 0.5, y1: middle, y2: middle}),
          ...window.map(pixel => svg("rect", {class: "weight", x: left + pixel + 0.5 - size / 2, y: middle - size / 2,
                                              width: size, height: size})),
          svg("rect", {class: "result", x: left + n + padding + 0.6, y: middle - 0.4 * pitch, width: 0.8 * pitch,
                       height: 0.8 * pitch}));
      });
      drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
      drawing.replaceChildren(...cells, ...rows);
    }

    root.append(drawing, formula,
                element("div", {class: "sliders"}, ...[...sliders, which].map(control => control.element)), line);
    compute();
  });
})();
