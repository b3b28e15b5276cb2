import type { Unit } from "../api/client";
import { quantity } from "../lib/format";

/** A labelled number for a description list. */
export function Figure(props: { label: string; value: number | null | undefined; unit: Unit }) {
  const { value, unit } = quantity(props.value, props.unit);
  return (
    <div className="figure">
      <dt>{props.label}</dt>
      <dd>
        <Amount value={value} unit={unit} />
      </dd>
    </div>
  );
}

export function Amount({ value, unit }: { value: string; unit: string }) {
  return (
    <>
      {value}
      {unit && <span className="unit"> {unit}</span>}
    </>
  );
}
