// Where the pixels that one kernel entry meets lie in memory, in three layouts, and how many numbers are copied.
(() => {
  "use strict";

  const {choice, element, grid, inWindow, Plane, reading, register, slider, svg} = ConvFigures;

  const LINE = 24;  // numbers in a line of the drawing: a plane, so that no row of pixels is cut
  const SIZES = {images: [1, 2, 4], channels: [1, 2]};  // with these a row of pixels fits into a line
  const LAYOUTS = {  // axes from the outermost to the innermost
    first: ["images first", "nchw"], last: ["channels last", "nhwc"], inner: ["batch innermost", "chwn"],
  };

  register("memory", "Where the copied pixels lie in memory", (root, data) => {
    const {rows, columns} = data;
    const setting = {...data, layout: "first", only: false};
    const sizes = () => ({n: setting.images, c: setting.channels, h: rows, w: columns});
    const plane = new Plane(rows, columns, Float64Array.from({length: rows * columns}, (_, index) => index));
    const pixels = grid({title: "image 0, channel 0", kind: "input", rows, columns});
    const drawing = svg("svg", {"aria-hidden": "true", class: "drawing"});
    const bars = element("div", {class: "memory-bars"});
    const line = reading(2, 5);
    const kernelBox = element("div", {class: "memory-kernel"});
    let entry = [0, 0];
    let kernel;

    /** The slice that is copied: its first row and column, and its height and width. */
    function slice() {
      const across = columns - setting.kernel + 1;
      const down = rows - setting.kernel + 1;
      return setting.only ? [0, entry[1], rows, across] : [entry[0], entry[1], down, across];
    }

    /** For each number in the order of the layout, its indices n, c, h and w. */
    function places() {
      const axes = [...LAYOUTS[setting.layout][1]];
      const all = sizes();
      return Array.from({length: LINE * all.n * all.c}, (_, address) => {
        const place = {};
        for (const axis of axes.toReversed()) {
          place[axis] = address % all[axis];
          address = Math.floor(address / all[axis]);
        }
        return place;
      });
    }

    /** A kernel of another size. */
    function build() {
      entry = entry.map(index => Math.min(index, setting.kernel - 1));
      kernel = grid({title: "kernel", kind: "kernel", rows: setting.kernel, columns: setting.kernel, hover: true,
                     onChoose: (i, j) => { entry = [i, j]; show(); }});
      kernel.cells.forEach((cells, i) => cells.forEach((cell, j) => {
        cell.firstChild.textContent = `${i},${j}`;
      }));
      kernel.choose(...entry);
      kernelBox.replaceChildren(kernel.element);
      show();
    }

    function show() {
      const inSlice = inWindow(...slice());
      const copied = places().map(({h, w}) => inSlice(h, w));
      const runs = copied.filter((now, address) => now && !copied[address - 1]).length;
      const taken = copied.filter(Boolean).length;
      const run = taken / runs;
      pixels.show(plane);
      pixels.mark("read", inSlice);
      pixels.window(entry[0], entry[1], rows - setting.kernel + 1, columns - setting.kernel + 1);
      draw(copied);
      drawBars();
      drawing.dataset.copied = copied.map(Number).join("");
      line.textContent = describe(runs, run);
    }

    function describe(runs, run) {
      const [i, j] = entry;
      const runsAre = `${runs} ${runs === 1 ? "run" : "runs"} of ${run} ${run === 1 ? "number" : "numbers"}`;
      if (!setting.only) {
        return `Kernel entry (${i}, ${j}) meets the outlined pixels, in every plane. ` +
          `In this layout they lie in ${runsAre}, and all are copied.`;
      }
      const later = i === 0 ? "begins with the first row" : `begins ${i} ${i === 1 ? "row" : "rows"} later`;
      return `The horizontal shift ${j} is copied with all its rows, ${runsAre}. ` +
        `Entry (${i}, ${j}), outlined, is a view of this copy that ${later}.`;
    }

    function draw(copied) {
      const height = copied.length / LINE;
      drawing.setAttribute("viewBox", `0 0 ${LINE} ${height}`);
      drawing.style.aspectRatio = `${LINE} / ${height}`;
      drawing.replaceChildren(...copied.map((now, address) => {
        const joined = now && copied[address + 1] && (address + 1) % LINE;  // no gap within a run
        return svg("rect", {class: now ? "number copied" : "number", x: address % LINE + 0.08,
                            y: Math.floor(address / LINE) + 0.14, width: joined ? 1.01 : 0.84, height: 0.72});
      }));
    }

    /** The numbers that all copies hold, by either way. */
    function drawBars() {
      const {n, c} = sizes();
      const k = setting.kernel;
      const across = columns - k + 1;
      const counts = [["all shifts", k * k * n * c * (rows - k + 1) * across, !setting.only],
                      ["horizontal", k * n * c * rows * across, setting.only]];
      const most = Math.max(...counts.map(([, count]) => count));
      bars.replaceChildren(...counts.map(([name, count, chosen]) => element("div", {class: chosen ? "chosen" : "", "data-count": count},
        element("span", {}, name), element("span", {class: "track"},
          element("span", {class: "bar", style: `width: ${100 * count / most}%`})), element("span", {}, `${count} copied`))));
    }

    function size(name) {
      const options = SIZES[name].map(number => [String(number), String(number)]);
      return element("div", {}, element("span", {"aria-hidden": "true"}, name),
                     choice({label: name, value: String(setting[name]), options,
                             onChange: value => { setting[name] = Number(value); show(); }}));
    }

    root.append(
      element("div", {class: "controls"},
        choice({label: "Layout", value: "first", options: Object.entries(LAYOUTS).map(([key, [name]]) => [key, name]),
                onChange: value => { setting.layout = value; show(); }}),
        choice({label: "What is copied", value: "all", options: [["all", "all shifts"], ["only", "horizontal shifts"]],
                onChange: value => { setting.only = value === "only"; show(); }})),
      element("div", {class: "memory-settings"},
        size("images"), size("channels"),
        slider({label: "kernel k", least: 1, greatest: 3, value: setting.kernel,
                onChange: value => { setting.kernel = value; build(); }}).element),
      line, element("div", {class: "panels"}, kernelBox, pixels.element), bars,
      element("div", {class: "memory-box"}, element("div", {class: "grid-title"}, "memory, from left to right and line by line"), drawing));
    build();
  });
})();
