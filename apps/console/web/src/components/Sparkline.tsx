const WIDTH = 240;
const HEIGHT = 40;
const EDGE = 2;

/** A small curve without axes; decoration beside the numbers, therefore hidden from screen readers. */
export function Sparkline({ values, color }: { values: readonly (number | null)[]; color: string }) {
  const paths = trace(values);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ color: `var(${color})` }}
    >
      {paths.map(({ line, area }) => (
        <g key={line}>
          <path className="sparkline-area" d={area} />
          <path className="sparkline-line" d={line} vectorEffect="non-scaling-stroke" />
        </g>
      ))}
    </svg>
  );
}

interface Trace {
  line: string;
  area: string;
}

/** One path per stretch without gaps, scaled from zero to the highest value. */
export function trace(values: readonly (number | null)[]): Trace[] {
  const top = Math.max(...values.map((value) => value ?? 0), 0) || 1;
  const x = (index: number) => round((index / Math.max(1, values.length - 1)) * WIDTH);
  const y = (value: number) => round(HEIGHT - EDGE - (value / top) * (HEIGHT - 2 * EDGE));
  const traces: Trace[] = [];
  let points: [number, number][] = [];
  const finish = () => {
    const [first, last] = [points.at(0), points.at(-1)];
    if (points.length > 1 && first && last) {
      const line = `M${points.map(([px, py]) => `${px} ${py}`).join("L")}`;
      traces.push({ line, area: `${line}L${last[0]} ${HEIGHT}L${first[0]} ${HEIGHT}Z` });
    }
    points = [];
  };
  values.forEach((value, index) => {
    if (value === null) finish();
    else points.push([x(index), y(value)]);
  });
  finish();
  return traces;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
