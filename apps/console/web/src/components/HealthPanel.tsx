import type { Health, State } from "../api/client";
import { NO_DATA } from "../lib/format";
import { Icon } from "./Icon";

const HEADLINES: Record<State, string> = {
  up: "All systems operational",
  degraded: "Running with problems",
  down: "Outage",
  missing: "Outage",
  unknown: "Waiting for data planes",
};

export function HealthPanel({ health }: { health: Health }) {
  const { up } = health.planes;
  const all = Object.values(health.planes).reduce((sum, count) => sum + count, 0);
  const firing = Object.values(health.alerts).reduce((sum, count) => sum + count, 0);
  const known = health.prometheus.reachable;
  return (
    <section className={`card health ${health.state}`} aria-labelledby="health-title">
      <div className="health-state">
        <span className="health-mark">
          <Icon name={health.state} size={30} />
        </span>
        <div role="status">
          <h2 id="health-title">{known ? HEADLINES[health.state] : "Status unknown"}</h2>
          <p className="sentence">{health.reason ?? `${up} of ${all} data planes up, no alerts firing`}</p>
        </div>
      </div>
      <dl className="facts">
        <Fact name="Release" value={health.release} />
        <Fact name="Stack" value={health.stack} />
        <Fact name="Platform" value={health.platform} />
        <Fact name="Login" value={loginOf(health)} />
        <Fact
          name="Alerts firing"
          value={known ? String(firing) : NO_DATA}
          to={firing ? "#alerts-title" : null}
        />
      </dl>
      {health.jobs.length > 0 && (
        <ul className="jobs" aria-label="Scrape targets">
          {health.jobs.map((job) => (
            <li key={job.job} className={job.state}>
              <Icon name={job.state} size={14} />
              {job.job}
              <span className="jobs-count">
                {job.total === 0 ? "no targets" : `${job.up}/${job.total} up`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Says in the open that nobody has to log in where the network reaches the console. */
export function OpenNote({ health }: { health: Health }) {
  if (health.access !== "open") return null;
  return (
    <div className="notice warn" role="note">
      <p>
        <strong>No login:</strong> anyone who reaches this address can read everything here.
      </p>
    </div>
  );
}

function loginOf({ access, authentication }: Health): string {
  if (access === "authenticated") return `by ${authentication ?? "a proxy"}`;
  return access === "open" ? "none, open to the network" : "none, local only";
}

function Fact({ name, value, to = null }: { name: string; value: string; to?: string | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{to === null ? value : <a href={to}>{value}</a>}</dd>
    </div>
  );
}
