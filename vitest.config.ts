import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A loaded machine is slow, not wrong.
    testTimeout: 60_000, include: ["src/**/*.test.ts", "src/**/*.test.tsx", "scripts/**/*.test.ts"], environment: "node", pool: "threads", isolate: false },
});
