import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fetching, summary } from "../test/answers";
import { useResource } from "./useResource";

afterEach(() => {
  vi.unstubAllGlobals();
});

const URL_A = "/api/v1/summary?environment=a";
const URL_B = "/api/v1/summary?environment=b";

describe("a resource", () => {
  it("keeps the last good answer when a later one fails, and recovers", async () => {
    vi.stubGlobal("fetch", fetching({ summary: summary() }));
    const { result, rerender } = renderHook(({ tick }) => useResource<"summary">(URL_A, tick), {
      initialProps: { tick: 0 },
    });
    await waitFor(() => {
      expect(result.current.data?.requests).toBe(54000);
    });

    vi.stubGlobal("fetch", fetching({ summary: { detail: "metrics store is away" } }, 502));
    rerender({ tick: 1 });
    await waitFor(() => {
      expect(result.current.error).toBe("Metrics store is away.");
    });
    expect(result.current.status).toBe(502);
    expect(result.current.data?.requests).toBe(54000);

    vi.stubGlobal("fetch", fetching({ summary: summary({ requests: 1 }) }));
    act(() => {
      result.current.retry();
    });
    await waitFor(() => {
      expect(result.current.data?.requests).toBe(1);
    });
    expect(result.current.error).toBeNull();
  });

  it("never shows one view's answer for another, and aborts what is no longer wanted", async () => {
    const asked: { url: string; signal: AbortSignal; answer: (value: Response) => void }[] = [];
    vi.stubGlobal("fetch", (url: string, init: { signal: AbortSignal }) => {
      return new Promise<Response>((answer) => {
        asked.push({ url, signal: init.signal, answer });
      });
    });
    const { result, rerender } = renderHook(({ url }) => useResource<"summary">(url, 0), {
      initialProps: { url: URL_A },
    });
    rerender({ url: URL_B });
    expect(asked.map(({ url, signal }) => [url, signal.aborted])).toEqual([
      [URL_A, true],
      [URL_B, false],
    ]);
    asked[1]?.answer(new Response(JSON.stringify(summary({ requests: 2 }))));
    await waitFor(() => {
      expect(result.current.data?.requests).toBe(2);
    });
    await act(async () => {
      asked[0]?.answer(new Response(JSON.stringify(summary({ requests: 1 }))));
      await Promise.resolve();
    });
    expect(result.current.data?.requests).toBe(2);
  });

  it("asks again, once, when a request fails before any answer", async () => {
    const fetch = vi
      .fn()
      .mockRejectedValueOnce(new TypeError("network changed"))
      .mockResolvedValue(new Response(JSON.stringify(summary())));
    vi.stubGlobal("fetch", fetch);
    const { result } = renderHook(() => useResource<"summary">(URL_A, 0));
    await waitFor(() => {
      expect(result.current.data?.requests).toBe(54000);
    });
    expect(result.current.error).toBeNull();
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("says so when nothing answers at all", async () => {
    vi.stubGlobal("fetch", fetching({ summary: new TypeError("refused") }));
    const { result } = renderHook(() => useResource<"summary">(URL_A, 0));
    await waitFor(() => {
      expect(result.current.error).toBe("The console cannot be reached.");
    });
    expect(result.current.status).toBe(0);
  });
});
