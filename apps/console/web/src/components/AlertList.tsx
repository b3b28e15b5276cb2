import type { Alert } from "../api/client";
import { duration } from "../lib/format";

/** Active alerts, the gravest first; `now` in milliseconds. */
export function AlertList({ alerts, now }: { alerts: readonly Alert[]; now: number }) {
  if (alerts.length === 0) return <p className="note calm">No active alerts.</p>;
  return (
    <ul className="alerts">
      {alerts.map((alert) => (
        <li key={JSON.stringify([alert.name, alert.environment, alert.data_plane_id, alert.labels])}>
          <span className={`severity ${alert.severity}`}>{alert.severity}</span>
          <span className="alert-name">{alert.name}</span>
          <span className="alert-where">{alert.data_plane_id ?? alert.environment ?? "system"}</span>
          <span className="alert-since">
            {alert.state}
            {alert.active_since !== null && ` for ${duration(now / 1000 - alert.active_since)}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
