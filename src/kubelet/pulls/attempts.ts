import { type ContainerRuntime, RuntimeError } from "../../runtime/index.ts";
import type { TrackedLogin } from "../credentials/keyring.ts";

interface Pulled {
  readonly imageRef: string;
  readonly size: number;
  /** Whose login did it; undefined: nobody's. */
  readonly login: TrackedLogin | undefined;
}

/** Several refusals in one, each wording once (k8s: apimachinery util/errors NewAggregate). */
export class PullErrors extends Error {
  override readonly name = "PullErrors";
  constructor(messages: readonly string[]) {
    const each = [...new Set(messages)];
    super(each.length === 1 ? each[0] : `[${each.join(", ")}]`);
  }
}

/** Tries one login after the other; with none it asks as nobody (k8s: kuberuntime_image.go PullImage). */
export async function pullWith(runtime: ContainerRuntime, reference: string, logins: readonly TrackedLogin[]): Promise<Pulled> {
  if (logins.length === 0) return { ...(await runtime.pullImage(reference)), login: undefined };
  const refusals: string[] = [];
  for (const login of logins) {
    try {
      const { username, password } = login;
      return { ...(await runtime.pullImage(reference, { username, password })), login };
    } catch (error) {
      refusals.push(pullError(error));
    }
  }
  throw new PullErrors(refusals);
}

/** As the kubelet's image service passes it on: a code that says nothing is left out (k8s: cri-client remote_image.go pullImageV1). */
export function pullError(error: unknown): string {
  if (!(error instanceof RuntimeError)) return error instanceof Error ? error.message : String(error);
  return error.reason === "Unknown" ? error.message : `rpc error: code = ${error.reason} desc = ${error.message}`;
}

/** Reasons that a runtime may name at the beginning of its refusal (k8s: image_manager.go evalCRIPullErr). */
const NAMED = { RegistryUnavailable: "the registry is unavailable", SignatureValidationFailed: "the signature validation failed" } as const;

/** The waiting reason and message of a pull that failed. */
export function pullFailure(image: string, text: string): { readonly reason: string; readonly message: string } {
  for (const [reason, because] of Object.entries(NAMED))
    if (text.startsWith(reason))
      return { reason, message: `image pull failed for ${image} because ${because}${text.slice(reason.length)}` };
  return { reason: "ErrImagePull", message: text };
}
