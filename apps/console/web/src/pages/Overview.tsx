import { address } from "../api/client";
import { AlertList } from "../components/AlertList";
import { HealthPanel, OpenNote } from "../components/HealthPanel";
import type { Move } from "../components/Link";
import { ErrorNotice, StaleNote, type Said } from "../components/Notice";
import { PlaneCard } from "../components/PlaneCard";
import { RefreshControl } from "../components/RefreshControl";
import { gravestFirst, keyOf, planeColors } from "../lib/lines";
import { useRefresh } from "../state/useRefresh";
import { useResource } from "../state/useResource";
import type { View } from "../state/view";

export function Overview({ view, move }: { view: View; move: Move }) {
  const { tick, now } = useRefresh(view.refresh);
  const health = useResource<"health">(address("health"), tick);
  const planes = useResource<"planes">(address("planes"), tick);
  const alerts = useResource<"alerts">(address("alerts"), tick);
  const rates = useResource<"series">(address("series", { metric: "request_rate", range: "15m" }), tick);
  const colors = planeColors(planes.data?.planes ?? []);
  const curves = new Map(
    rates.data?.lines.map((line) => [keyOf(line.environment, line.data_plane_id), line.values]),
  );

  return (
    <div className="page">
      <div className="page-head">
        <h1>Overview</h1>
        <RefreshControl view={view} move={move} resource={planes} now={now} />
      </div>

      {health.data && <OpenNote health={health.data} />}
      {health.data && <HealthPanel health={health.data} />}
      {!health.data && !health.error && <div className="card health skeleton" aria-hidden="true" />}
      {!health.data && health.error && <ErrorNotice message={health.error} retry={now} />}
      <StaleNote resource={{ ...health, retry: now }} />

      <section aria-labelledby="planes-title" aria-busy={!planes.data && !planes.error}>
        <h2 id="planes-title">Data planes</h2>
        <StaleNote resource={planes} said={[health.error]} />
        {!planes.data && planes.error && <Missing error={planes.error} said={[health.error]} retry={now} />}
        {planes.data?.planes.length === 0 && (
          <p className="note">
            No data plane has been scraped in the last five minutes. One that is scraped appears here by
            itself.
          </p>
        )}
        <div className="plane-grid">
          {gravestFirst(planes.data?.planes ?? []).map((plane) => {
            const key = keyOf(plane.environment, plane.id);
            return (
              <PlaneCard
                key={key}
                plane={plane}
                rates={curves.get(key) ?? []}
                color={colors.get(key) ?? "--line-1"}
                view={view}
                move={move}
              />
            );
          })}
          {!planes.data &&
            !planes.error &&
            [1, 2, 3].map((each) => <div key={each} className="card plane skeleton" aria-hidden="true" />)}
        </div>
      </section>

      <section aria-labelledby="alerts-title">
        <h2 id="alerts-title">Active alerts</h2>
        <StaleNote resource={alerts} said={[health.error, planes.error]} />
        {!alerts.data && alerts.error && (
          <Missing error={alerts.error} said={[health.error, planes.error]} retry={now} />
        )}
        {alerts.data && <AlertList alerts={alerts.data.alerts} now={alerts.loadedAt ?? 0} />}
      </section>
    </div>
  );
}

function Missing({ error, said, retry }: { error: string; said: Said; retry: () => void }) {
  return said.includes(error) ? (
    <p className="note">Not loaded.</p>
  ) : (
    <ErrorNotice message={error} retry={retry} />
  );
}
