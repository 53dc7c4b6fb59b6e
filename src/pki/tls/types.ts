/** A connection as the network has it: what a handshake goes over, and what comes of it. */
export interface Wire {
  readonly id: number;
  readonly local: { readonly ip: string; readonly port: number };
  readonly remote: { readonly ip: string; readonly port: number };
  read(max?: number): Promise<Uint8Array | null>;
  write(data: Uint8Array): Promise<void>;
  end(): void;
  destroy(): void;
  close?(): void;
}

/** A certificate with what it was issued for, in DER from the leaf upwards, and the key that proves it. */
export interface Identity {
  readonly chain: readonly Uint8Array[];
  /** OID of its signatures' algorithm. */
  readonly algorithm: string;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** What is wrong with a chain: OpenSSL's number and words, and which certificate of it. */
export interface ChainProblem {
  readonly code: number;
  readonly text: string;
  readonly depth: number;
}

/** RFC 8446, 6: those that are sent here. */
export type Alert =
  | "close_notify"
  | "unexpected_message"
  | "handshake_failure"
  | "bad_certificate"
  | "certificate_expired"
  | "unknown_ca"
  | "decrypt_error"
  | "internal_error"
  | "unrecognized_name"
  | "certificate_required";

export type TlsReason =
  /** The other side speaks no TLS: what it said instead is in `said`. */
  | "plain"
  /** It ended the connection in the middle of the handshake. */
  | "eof"
  | "alert"
  | "untrusted"
  /** Its signature is not its key's, or it said what cannot be understood. */
  | "broken";

export class TlsError extends Error {
  override readonly name = "TlsError";
  readonly reason: TlsReason;
  readonly alert: Alert | undefined;
  readonly problem: ChainProblem | undefined;
  /** The first bytes that were no TLS. */
  readonly said: Uint8Array | undefined;
  constructor(
    reason: TlsReason,
    more: { readonly alert?: Alert | undefined; readonly problem?: ChainProblem | undefined; readonly said?: Uint8Array } = {},
  ) {
    super(more.problem?.text ?? more.alert ?? reason);
    this.reason = reason;
    this.alert = more.alert;
    this.problem = more.problem;
    this.said = more.said;
  }
}

export interface TlsSocket extends Wire {
  /** The other side's certificates, from the leaf; none: it showed none. */
  readonly peer: readonly Uint8Array[];
  readonly protocol: string | undefined;
  /** What the client called the server. */
  readonly serverName: string | undefined;
}

export interface ClientOptions {
  /** Nothing here is secret: who has no chance of its own does without. */
  readonly random?: { bytes(length: number): Uint8Array };
  /** Told to the server, unless it is an address. */
  readonly serverName?: string;
  /** Application protocols, best first. */
  readonly alpn?: readonly string[];
  /** Judges what the server shows; without it everybody is believed. */
  readonly check?: (chain: readonly Uint8Array[]) => ChainProblem | undefined;
  /** Shown when it is asked for. */
  readonly identity?: Identity | undefined;
  /** Believes every certificate, so that the server need not sign: what asks each second costs next to nothing. */
  readonly trusting?: true;
}
export interface ServerOptions {
  readonly random: { bytes(length: number): Uint8Array };
  /** Undefined: it has no certificate for that name, and refuses. */
  readonly identity: (serverName: string | undefined) => Identity | undefined;
  readonly alpn?: readonly string[];
  readonly client?: {
    /** Ends the handshake when none is shown. */
    readonly required?: boolean;
    /** Judges what it shows; without it everybody is believed. */
    readonly check?: (chain: readonly Uint8Array[]) => ChainProblem | undefined;
  };
}

/** What became of a connection: encrypted in name, plain (with what was read of it), or over. */
export type Accepted =
  | { readonly kind: "tls"; readonly socket: TlsSocket }
  | { readonly kind: "plain"; readonly socket: Wire }
  | { readonly kind: "failed"; readonly error: Error };

export interface Trust {
  readonly roots: readonly Uint8Array[];
  /** Virtual milliseconds. */
  readonly now: number;
}

/** Facts of a certificate that a client looks at. */
export interface CertificateSummary {
  readonly subject: readonly (readonly [string, string])[];
  readonly issuer: readonly (readonly [string, string])[];
  /** Milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly dnsNames: readonly string[];
  /** Dotted. */
  readonly addresses: readonly string[];
  readonly selfSigned: boolean;
  /** OID of the signature's algorithm. */
  readonly algorithm: string;
  /** SHA-256 of it, in hexadecimal. */
  readonly fingerprint: string;
}

export interface Tls {
  /** Rejects TlsError and NetError. */
  connect(socket: Wire, options: ClientOptions): Promise<TlsSocket>;
  accept(socket: Wire, options: ServerOptions): Promise<Accepted>;
  /** The certificates of a PEM file. */
  certificates(pem: string): readonly Uint8Array[];
  /** Undefined: there is no certificate, no key, or they are not of each other. */
  identity(certificates: string, key: string): Identity | undefined;
  chainProblem(chain: readonly Uint8Array[], trust: Trust): ChainProblem | undefined;
  summary(certificate: Uint8Array): CertificateSummary;
  /** Whether a certificate is for a name or an address. */
  isFor(certificate: Uint8Array, host: string, options?: { readonly commonName?: boolean }): boolean;
  /** A certificate that signs itself, with a new key, for these names. */
  selfSigned(options: {
    readonly entropy: (length: number) => Uint8Array;
    readonly subject: readonly (readonly [string, string])[];
    readonly dnsNames: readonly string[];
    readonly addresses?: readonly string[];
    readonly now: number;
    readonly days: number;
  }): { readonly certificate: string; readonly key: string };
}
