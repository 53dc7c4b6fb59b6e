import { createBrowserPlatform } from "../../src/browser/platform.ts";
import { DexieStorage } from "../../src/browser/storage.ts";
import { playHistory } from "./history.ts";

/** Runs the story in a worker of a real browser and posts its lines. */
self.onmessage = async ({ data }: MessageEvent<{ seed: number; speed: 1 | "max"; dexie: boolean }>) => {
  try {
    const storage = data.dexie
      ? await DexieStorage.open(`determinism-${data.seed}-${data.speed}`, { preset: "default", seed: data.seed })
      : undefined;
    const run = await playHistory({
      platform: createBrowserPlatform(),
      seed: data.seed,
      speed: data.speed,
      ...(storage ? { storage } : {}),
    });
    self.postMessage(run.lines);
  } catch (error) {
    self.postMessage(String((error as Error).stack));
  }
};
