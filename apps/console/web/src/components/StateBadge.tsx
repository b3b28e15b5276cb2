import type { State } from "../api/client";
import { Icon } from "./Icon";

const NAMES: Record<State, string> = {
  up: "Up",
  degraded: "Degraded",
  down: "Down",
  missing: "Missing",
  unknown: "Unknown",
};

/** A state in colour, shape and word, so that none of them is needed alone. */
export function StateBadge({ state }: { state: State }) {
  return (
    <span className={`badge ${state}`}>
      <Icon name={state} size={14} />
      {NAMES[state]}
    </span>
  );
}
