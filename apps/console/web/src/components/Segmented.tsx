import { useId } from "react";

/** One of a few, as a row of radio buttons: arrow keys move between them as everywhere. */
export function Segmented<Value extends string>(props: {
  label: string;
  value: Value;
  options: readonly Value[];
  nameOf: (value: Value) => string;
  onChange: (value: Value) => void;
}) {
  const group = useId();
  return (
    <fieldset className="segmented">
      <legend>{props.label}</legend>
      <div className="segments">
        {props.options.map((option) => (
          <label key={option}>
            <input
              type="radio"
              name={group}
              value={option}
              checked={option === props.value}
              aria-label={props.nameOf(option)}
              onChange={() => {
                props.onChange(option);
              }}
            />
            <span aria-hidden="true">{option.replace(/(\d+)/, "$1 ")}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
