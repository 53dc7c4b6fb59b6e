import type { KubeObject } from "../meta.ts";

const SUFFIX = ".static.k8s.io";

/** What a manifest on the API server's disk would have; nobody keeps anything under such names from the API yet (k8s: WarningsForStaticSuffix). */
export const WARNS_OF_STATIC_NAMES = {
  warnings: ({ metadata }: KubeObject): readonly string[] =>
    metadata?.name?.endsWith(SUFFIX)
      ? [
          `metadata.name: names ending with "${SUFFIX}" are reserved for static manifest-based configurations and cannot be managed via the API`,
        ]
      : [],
};
