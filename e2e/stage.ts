import { afterAll, beforeAll } from "vitest";
import type { Browser } from "playwright-core";
import { serve, type Served } from "./app.ts";
import { launch } from "./browser.ts";

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** Milliseconds between keys of somebody who types 80 words of five letters a minute. */
export const KEY_MS = 150;

/** The built app, served, and a browser to open it in. */
interface Stage {
  readonly app: Served;
  readonly browser: Browser;
}

/** Sets the stage before the tests beside which this is called, and clears it after them: there is nothing on it before. */
export function onStage(): Stage {
  const stage = {} as { app: Served; browser: Browser };
  beforeAll(async () => {
    stage.app = await serve();
    stage.browser = await launch();
  });
  afterAll(async () => {
    await stage.browser.close();
    await stage.app.close();
  });
  return stage;
}
