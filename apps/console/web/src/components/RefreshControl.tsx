import { useEffect, useState } from "react";
import { duration } from "../lib/format";
import type { Resource } from "../state/useResource";
import { REFRESHES, type Refresh, type View } from "../state/view";
import { Icon } from "./Icon";
import type { Move } from "./Link";
import { Select } from "./Select";

export function RefreshControl(props: {
  view: View;
  move: Move;
  resource: Resource<unknown>;
  now: () => void;
}) {
  return (
    <div className="refresh">
      <Age resource={props.resource} />
      <button
        type="button"
        className="icon-button"
        onClick={props.now}
        aria-label="Refresh now"
        title="Refresh now"
      >
        <Icon name="refresh" />
      </button>
      <Select
        label="Auto-refresh"
        value={String(props.view.refresh)}
        options={REFRESHES.map((each) => ({ value: String(each), name: each === 0 ? "Off" : `${each} s` }))}
        onChange={(value) => {
          props.move({ refresh: Number(value) as Refresh });
        }}
      />
    </div>
  );
}

function Age({ resource }: { resource: Resource<unknown> }) {
  const now = useNow();
  return <span className="age">{ageText(resource, now)}</span>;
}

function ageText({ loadedAt, error }: Resource<unknown>, now: number): string {
  if (loadedAt !== null) return `Updated ${duration((now - loadedAt) / 1000)} ago`;
  return error === null ? "Loading…" : "Not loaded";
}

/** The present in milliseconds, told anew every second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
