import { MANDATORY_LEVELS, MANDATORY_SCHEMAS } from "../../api/index.ts";
import type { Client, Controller } from "../../client/index.ts";
import { isAlreadyExists, isNotFound } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import type { ControllerContext } from "../context.ts";
import { danglingStatus, mandatoryObject } from "./decide.ts";

/** k8s: registry/flowcontrol/rest/storage_flowcontrol.go, how often what must be there is looked for. */
const ENSURE_MS = 60_000;
const [SCHEMA, LEVEL] = ["schema/", "level/"];

/** The API server's own loop about flow control: schemas say whether their level is there, and what is mandatory comes back. */
export function createFlowControlController({ informers, clock }: ControllerContext): Controller {
  const schemas = informers.of("flowschemas");
  const levels = informers.of("prioritylevelconfigurations");

  const isMissing = (name: string): boolean =>
    (name.startsWith(SCHEMA) ? schemas : levels).get(name.slice(name.indexOf("/") + 1)) === undefined;
  const ensure = async (client: Client, key: string): Promise<void> => {
    const name = key.slice(key.indexOf("/") + 1);
    const [schema, level] = [MANDATORY_SCHEMAS[name], MANDATORY_LEVELS[name]];
    try {
      if (key.startsWith(SCHEMA) && schema) await client.create("flowschemas", mandatoryObject(name, schema));
      if (key.startsWith(LEVEL) && level) await client.create("prioritylevelconfigurations", mandatoryObject(name, level));
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  };

  return {
    name: "flow-control",
    watches: [
      { resource: "flowschemas", keys: ({ key }) => [SCHEMA + key] },
      {
        resource: "prioritylevelconfigurations",
        keys: ({ key, object, old }) =>
          object && old
            ? []
            : [
                LEVEL + key,
                ...[...schemas.list()].flatMap(({ metadata, spec }) =>
                  spec?.priorityLevelConfiguration.name === key ? [`${SCHEMA}${metadata?.name}`] : [],
                ),
              ],
      },
    ],
    async reconcile(key, { client }) {
      const name = key.slice(key.indexOf("/") + 1);
      if (isMissing(key)) {
        if (MANDATORY_SCHEMAS[name] === undefined) return;
        const wait = ENSURE_MS - (clock.now() % ENSURE_MS);
        if (wait < ENSURE_MS) return wait;
        await ensure(client, key);
        return;
      }
      const schema = key.startsWith(SCHEMA) ? schemas.get(name) : undefined;
      if (!schema) return;
      const exists = levels.get(schema.spec?.priorityLevelConfiguration.name ?? "") !== undefined;
      const status = danglingStatus(schema, exists, rfc3339(clock.now()));
      try {
        if (status) await client.update("flowschemas", { ...schema, status }, "status");
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}
