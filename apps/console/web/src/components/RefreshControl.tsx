import { useEffect, useState } from "react";
import { REFRESHES, type Refresh, type View } from "../state/view";
import { Icon } from "./Icon";
import type { Move } from "./Link";
import { updatedText } from "./Notice";
import { Select } from "./Select";

export function RefreshControl(props: { view: View; move: Move; loadedAt: number | null; now: () => void }) {
  return (
    <div className="refresh">
      <Age loadedAt={props.loadedAt} />
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

function Age({ loadedAt }: { loadedAt: number | null }) {
  const now = useNow();
  return <span className="age">{updatedText(loadedAt, Math.max(now, loadedAt ?? 0))}</span>;
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
