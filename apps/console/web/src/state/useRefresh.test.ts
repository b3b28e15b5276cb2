import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useRefresh } from "./useRefresh";
import type { Refresh } from "./view";

let hidden = false;

function hide(value: boolean) {
  hidden = value;
  document.dispatchEvent(new Event("visibilitychange"));
}

const pass = (seconds: number) => {
  act(() => {
    vi.advanceTimersByTime(seconds * 1000);
  });
};

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("auto-refresh", () => {
  it("ticks at its interval, follows a change, and stops when off", () => {
    const { result, rerender } = renderHook(({ seconds }: { seconds: Refresh }) => useRefresh(seconds), {
      initialProps: { seconds: 10 },
    });
    pass(25);
    expect(result.current.tick).toBe(2);
    rerender({ seconds: 30 });
    pass(25);
    expect(result.current.tick).toBe(3);
    rerender({ seconds: 0 });
    pass(100);
    expect(result.current.tick).toBe(3);
  });

  it("rests while the tab is hidden and catches up once when it is shown", () => {
    const { result } = renderHook(() => useRefresh(10));
    act(() => {
      hide(true);
    });
    pass(65);
    expect(result.current.tick).toBe(0);
    act(() => {
      hide(false);
    });
    pass(0);
    expect(result.current.tick).toBe(1);
    pass(10);
    expect(result.current.tick).toBe(2);
  });

  it("can be asked for, and counts its interval from then", () => {
    const { result } = renderHook(() => useRefresh(10));
    pass(9);
    act(() => {
      result.current.now();
    });
    expect(result.current.tick).toBe(1);
  });
});
