import type { Command } from "../../types.ts";
import { env } from "./env.ts";
import { image } from "./image.ts";
import { resources } from "./resources.ts";
import { selector } from "./selector.ts";
import { serviceaccount } from "./serviceaccount.ts";
import { subject } from "./subject.ts";

export const set: Command = {
  name: "set",
  group: "Basic Commands (Beginner)",
  short: "Set specific features on objects",
  usage: "SUBCOMMAND",
  subcommands: [env, image, resources, selector, serviceaccount, subject],
};
