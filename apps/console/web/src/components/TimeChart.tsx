import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { Series } from "../api/client";
import { chartOption } from "../lib/chartOption";
import type { DrawnLine } from "../lib/lines";
import type { Theme } from "../state/view";

echarts.use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** Charts of one group show their tooltips for the same moment. */
const GROUP = "metrics";
echarts.connect(GROUP);

export function TimeChart(props: {
  label: string;
  series: Series;
  lines: readonly DrawnLine[];
  theme: Theme;
}) {
  const { series, lines, theme } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);

  useEffect(() => {
    if (!place.current) return;
    const made = echarts.init(place.current);
    made.group = GROUP;
    chart.current = made;
    const observer = new ResizeObserver(() => {
      made.resize();
    });
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    // `theme` is read through the custom properties, which have changed with it.
    const styles = getComputedStyle(document.documentElement);
    const color = (name: string) => styles.getPropertyValue(name).trim();
    chart.current?.setOption(chartOption(series, lines, color), { replaceMerge: ["series"] });
  }, [series, lines, theme]);

  return <div className="panel-fill" ref={place} role="img" aria-label={props.label} />;
}
