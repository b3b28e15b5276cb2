import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The content security policy allows own files only: nothing is inlined as a data: address.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": process.env.CONSOLE_URL ?? "http://127.0.0.1:8080" } },
  test: { environment: "jsdom", setupFiles: ["src/test/setup.ts"], restoreMocks: true },
});
