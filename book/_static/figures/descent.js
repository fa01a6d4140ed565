// Gradient descent on the loss of a kernel of two weights: the bowl, and the path on it.
(() => {
  "use strict";
  const {element, svg, uniqueId, format, Plane, corr2d, grid, keyStep, onDrag, within, button, menu, slider, reading,
         register} = ConvFigures;

  const REACH = 4.5;  // the weights shown go from −REACH to REACH
  const [MARGIN, EDGE] = [1.1, 0.2];  // round the map: room for the axes at the left and below, and for its frame
  const SIDE = MARGIN + 2 * REACH + EDGE;
  const [MOST_STEPS, LOST] = [100, 1e9];  // steps end after so many, or at such a loss
  const LEVELS = Array.from({length: 10}, (_, i) => 2 * 600 ** (i / 8)).reverse();  // 2 to 1200, and one beyond

  function mount(root, data) {
    const examples = new Map(data.examples.map(({name, image, target}) =>
      [name, {image: Plane.from(image), target: Plane.from(target)}]));
    const names = Array.from(examples.keys());
    let example = examples.get(names[0]);
    let start = data.start[0];
    let rate = data.rate;
    let path;

    /** The loss of a kernel, and its gradient: the cross-correlation of the image with the error. */
    function judge(weights) {
      const error = corr2d(example.image, new Plane(1, 2, Float64Array.from(weights)));
      error.values.forEach((value, k) => { error.values[k] = value - example.target.values[k]; });
      return {weights, loss: error.values.reduce((total, e) => total + e * e, 0),
              gradient: Array.from(corr2d(example.image, error).values, value => 2 * value)};
    }

    function after({weights, gradient}) {
      return judge(weights.map((weight, i) => weight - rate * gradient[i]));
    }

    const canStep = () => path.length <= MOST_STEPS && path.at(-1).loss < LOST;

    function walk(steps) {
      for (let step = 0; step < steps && canStep(); step++) {
        path.push(after(path.at(-1)));
      }
      show();
    }

    function begin(weights) {
      start = weights;
      path = [judge(start)];
      show();
    }

    const bowl = svg("g");
    const trace = svg("g");
    const clip = uniqueId();
    const map = svg("svg", {viewBox: `${-REACH - MARGIN} ${-REACH - EDGE} ${SIDE} ${SIDE}`, "aria-hidden": "true"},
      svg("clipPath", {id: clip}, svg("rect", square())),
      svg("g", {"clip-path": `url(#${clip})`}, svg("rect", {...square(), class: "ground"}), bowl, trace),
      svg("rect", {...square(), class: "frame"}), ...axes());
    const box = element("div", {
      class: "descent-map", role: "application", tabindex: 0,
      "aria-label": "The loss over both weights. Arrow keys move the start, with Shift in larger steps.",
      keydown: event => {
        const places = 20 * REACH + 1;
        const [row, column] = [Math.round(10 * (REACH - start[1])), Math.round(10 * (start[0] + REACH))];
        const place = keyStep(event, row, column, places, places);
        if (place) {
          const times = event.shiftKey ? 10 : 1;
          const to = (from, next) => within(from + times * (next - from), places) / 10;
          begin([tenth(to(column, place[1]) - REACH), tenth(REACH - to(row, place[0]))]);
        }
      },
    }, map);
    onDrag(box, (x, y) => {
      const weight = value => tenth(Math.max(-REACH, Math.min(REACH, value)));
      begin([weight(x * SIDE - MARGIN - REACH), weight(REACH + EDGE - y * SIDE)]);
    });

    const kernel = grid({title: "kernel", kind: "kernel", rows: 1, columns: 2});
    const response = grid({title: "its response, row 0", kind: "output", rows: 1, columns: example.target.columns});
    const target = grid({title: "wanted, row 0", kind: "output", rows: 1, columns: example.target.columns});
    const curve = svg("svg", {viewBox: "0 0 260 110", class: "descent-curve", "aria-hidden": "true"});
    const buttons = [button("One step", () => walk(1)), button("Ten steps", () => walk(10))];
    const back = button("One back", () => { path.pop(); show(); });
    const again = button("Start again", () => begin(start));
    const words = reading(3, 6);

    function show() {
      const here = path.at(-1);
      const weights = new Plane(1, 2, Float64Array.from(here.weights));
      kernel.show(weights, {tint: "sign"});
      const top = example.image.part(0, 0, 1, example.image.columns);
      response.show(corr2d(top, weights), {decimals: 1});
      target.show(example.target.part(0, 0, 1, example.target.columns), {decimals: 1});
      bowl.replaceChildren(...contours(judge));
      const next = after(here);
      const point = ({weights: [x, y]}) => `${clamp(x)},${clamp(-y)}`;
      trace.replaceChildren(
        cross(data.kernel[0]),
        svg("polyline", {class: "next", points: `${point(here)} ${point(next)}`}),
        svg("polyline", {class: "walked", points: path.map(point).join(" ")}),
        ...path.map(({weights: [x, y], loss}, step) => svg("circle", {
          class: step === path.length - 1 ? "here" : "step", cx: clamp(x), cy: clamp(-y),
          r: step === path.length - 1 ? 0.17 : 0.09, "data-value": `${x} ${y}`, "data-loss": loss})));
      drawCurve();
      buttons.forEach(one => { one.disabled = !canStep(); });
      back.disabled = again.disabled = path.length === 1;
      const row = values => `[${values.map(value => short(value)).join("  ")}]`;
      const change = path.length === 1 ? "" : here.loss > path.at(-2).loss ? ", more than before" : "";
      const outlook = canStep()
        ? `The next step takes ${format(rate, 3)} times it away, and leads to a loss of ${short(next.loss)}.`
        : here.loss < LOST ? "That is far enough." : "The steps have left the map for good. Try a smaller learning rate.";
      words.textContent = `${path.length === 1 ? "Start" : `Step ${path.length - 1}`}: the kernel is `
        + `${row(here.weights)}, its loss ${short(here.loss)}${change}. The gradient is ${row(here.gradient)}. ${outlook}`;
    }

    /** The loss after each step, on a logarithmic scale from 0.0001 to 10,000. */
    function drawCurve() {
      const [left, right, floor, ceiling] = [48, 252, 90, 8];
      const last = Math.max(10, path.length - 1);
      const x = step => left + (right - left) * step / last;
      const y = loss => floor - (floor - ceiling) * (within(Math.log10(Math.max(loss, 1e-9)) * 100 + 400, 801) / 800);
      curve.replaceChildren(
        ...["0.0001", "0.01", "1", "100", "10,000"].flatMap((text, i) => [
          svg("line", {class: "rule", x1: left, x2: right, y1: y(100 ** (i - 2)), y2: y(100 ** (i - 2))}),
          svg("text", {x: left - 6, y: y(100 ** (i - 2)) + 4, "text-anchor": "end"}, text)]),
        ...[0, last].map(step => svg("text", {x: x(step), y: 106, "text-anchor": "middle"}, String(step))),
        svg("text", {x: (left + right) / 2, y: 106, "text-anchor": "middle"}, "step"),
        svg("polyline", {class: "loss", points: path.map(({loss}, step) => `${x(step)},${y(loss)}`).join(" ")}),
        ...path.map(({loss}, step) => svg("circle", {class: "loss-dot", cx: x(step), cy: y(loss), r: 2.5})));
    }

    const learningRate = slider({label: "learning rate", least: 0.001, greatest: 0.05, step: 0.001, value: rate,
                                 decimals: 3, onChange: value => { rate = value; show(); }});
    const image = menu({label: "image", options: names.map(name => [name, name]), value: names[0],
                        onChange: name => { example = examples.get(name); begin(start); }});
    root.append(element("div", {class: "descent"},
      box,
      element("div", {class: "controls descent-buttons"}, ...buttons, back, again),
      words,
      element("div", {class: "controls descent-settings"}, learningRate.element, image.element),
      element("div", {class: "descent-side"}, kernel.element, response.element, target.element,
              element("div", {}, element("div", {class: "grid-title"}, "loss"), curve))));
    begin(start);
  }

  /** Ellipses of equal loss. The loss is a quadratic, so its gradient at three kernels tells all of it. */
  function contours(judge) {
    const flat = judge([0, 0]).gradient;
    const [[a, b], [, d]] = [[1, 0], [0, 1]].map(unit => judge(unit).gradient.map((g, i) => (g - flat[i]) / 2));
    const angle = Math.atan2(2 * b, a - d) / 2;
    const [mean, spread] = [(a + d) / 2, Math.hypot((a - d) / 2, b)];
    const curvature = [mean + spread, Math.max(mean - spread, 1e-4)];
    const directions = [[Math.cos(angle), Math.sin(angle)], [-Math.sin(angle), Math.cos(angle)]];
    const along = directions.map(([x, y], i) => -(x * flat[0] + y * flat[1]) / 2 / curvature[i]);
    const lowest = [0, 1].map(i => along[0] * directions[0][i] + along[1] * directions[1][i]);
    const floor = judge(lowest).loss;
    return LEVELS.filter(level => level > floor).map(level => svg("ellipse", {
      rx: Math.sqrt((level - floor) / curvature[0]), ry: Math.sqrt((level - floor) / curvature[1]),
      transform: `translate(${lowest[0]} ${-lowest[1]}) rotate(${-angle * 180 / Math.PI})`}));
  }

  function square() {
    return {x: -REACH, y: -REACH, width: 2 * REACH, height: 2 * REACH};
  }

  function axes() {
    const marks = [-4, -2, 0, 2, 4].flatMap(value => [
      svg("text", {x: value, y: REACH + 0.5, "text-anchor": "middle"}, format(value)),
      svg("text", {x: -REACH - 0.12, y: 0.15 - value, "text-anchor": "end"}, format(value))]);
    return [...marks, svg("text", {x: 0, y: REACH + 1, "text-anchor": "middle"}, "first weight"),
            svg("text", {x: 0, y: -REACH - 0.72, transform: "rotate(-90)", "text-anchor": "middle"}, "second weight")];
  }

  function cross([x, y]) {
    return svg("path", {class: "sought", d: `M${x - 0.2} ${-y - 0.2}l0.4 0.4m0 -0.4l-0.4 0.4`});
  }

  function tenth(value) {
    return Math.round(10 * value) / 10;
  }

  /** Far outside the map, where it makes no difference, but not so far that a browser gives up. */
  function clamp(value) {
    return Math.max(-1e4, Math.min(1e4, value));
  }

  function short(value) {
    const size = Math.abs(value);
    return size !== 0 && (size < 0.01 || size >= 1e5) ? value.toExponential(1).replaceAll("-", "−").replace("+", "")
      : format(value, size < 10 ? 2 : 1);
  }

  register("descent", "Gradient descent on two weights", mount);
})();
