const PATHS = {
  up: "m5 10.500 3.500 3.500L15.500 7",
  degraded: "M10 5.500v6m0 3v.1",
  down: "m6 6 8 8m0-8-8 8",
  missing: "M5.500 10h.1m4.400 0h.1m4.400 0h.1",
  unknown: "M7.500 8a2.500 2.500 0 1 1 3.500 2.300c-.7.300-1 .8-1 1.700m0 2.900v.1",
  sun: "M10 6.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7ZM10 2v1.500m0 13V18m8-8h-1.500m-13 0H2m13.700-5.700-1.100 1.100M5.400 14.600l-1.100 1.100m11.400 0-1.100-1.100M5.400 5.400 4.300 4.300",
  moon: "M16.500 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.500 8.500Z",
  refresh: "M15.500 8A6 6 0 1 0 16 11m0-6.500V8h-3.500",
  table: "M3.500 5h13v10.500h-13zM3.500 8.500h13m-13 3.500h13M8 8.500v7",
  chart: "M3.500 4v12h13M6.500 12.500l3-4 2.500 2.500 4-5",
  arrow: "M4.500 10h11m-4-4 4 4-4 4",
  empty: "M3.500 4v12h13M7 12h.1m2.900 0h.1m2.900 0h.1",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
