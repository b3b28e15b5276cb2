import type { Plane } from "../api/client";
import { duration } from "../lib/format";
import type { View } from "../state/view";
import { Figure } from "./Figure";
import { Icon } from "./Icon";
import { Link, type Move } from "./Link";
import { Sparkline } from "./Sparkline";
import { StateBadge } from "./StateBadge";

export function PlaneCard(props: {
  plane: Plane;
  rates: readonly (number | null)[];
  color: string;
  view: View;
  move: Move;
}) {
  const { plane } = props;
  const age = plane.last_scrape_age;
  const odd = plane.oddities.filter((oddity) => oddity !== plane.reason);
  return (
    <article className={`card plane ${plane.state}`} aria-labelledby={`plane-${plane.id}`}>
      <div className="card-head">
        <h3 id={`plane-${plane.id}`}>
          {plane.id || "(unnamed)"}
          {plane.environment !== plane.id && <span className="tag">{plane.environment}</span>}
        </h3>
        <StateBadge state={plane.state} />
      </div>
      {(plane.reason !== null || odd.length === 0) && (
        <p className="plane-reason">{plane.reason ?? "All signals are within their limits"}</p>
      )}
      {odd.map((oddity) => (
        <p key={oddity} className="plane-reason">
          {oddity}
        </p>
      ))}
      <dl className="figures">
        <Figure label="Requests" value={plane.request_rate} unit="requests/s" />
        <Figure label="p95 latency" value={plane.p95} unit="s" />
        <Figure label="Errors" value={plane.error_ratio} unit="ratio" />
        <Figure label="Active now" value={plane.active_requests} unit="requests" />
      </dl>
      <Sparkline values={props.rates} color={props.color} />
      <div className="card-foot">
        <span>{age === null ? "Last scrape not known" : `Scraped ${duration(age)} ago`}</span>
        <Link view={props.view} to={{ page: "metrics", environment: plane.environment }} move={props.move}>
          Metrics<span className="visually-hidden"> of {plane.environment}</span>{" "}
          <Icon name="arrow" size={14} />
        </Link>
      </div>
    </article>
  );
}
