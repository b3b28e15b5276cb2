import type { Unit } from "../api/client";
import { text } from "../lib/format";
import { latest, type DrawnLine } from "../lib/lines";

/** Names and last values of the lines; a click hides or shows one. */
export function Legend(props: {
  lines: readonly DrawnLine[];
  unit: Unit | undefined;
  hidden: ReadonlySet<string>;
  toggle: (key: string) => void;
}) {
  const { unit } = props;
  return (
    <ul className="legend" aria-label="Lines">
      {unit !== undefined &&
        props.lines.map((line) => (
          <li key={line.key}>
            <button
              type="button"
              aria-pressed={!props.hidden.has(line.key)}
              onClick={() => {
                props.toggle(line.key);
              }}
            >
              <span
                className={line.dashed ? "swatch dashed" : "swatch"}
                style={{ color: `var(${line.color})` }}
                aria-hidden="true"
              />
              <span className="legend-name" title={line.name}>
                {line.name}
              </span>{" "}
              <span className="legend-value">{text(latest(line.values), unit)}</span>
            </button>
          </li>
        ))}
    </ul>
  );
}
