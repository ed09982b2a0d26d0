let seed: Uint32Array | undefined;

/**
 * Returns 16 hex digits that identify a text within this process. They do not reveal the text, because this is
 * HalfSipHash-2-4 (64 bits) with a random key per process. Digests of the platform are asynchronous or missing in
 * browsers.
 */
export function createFingerprint(text: string): string {
  seed ??= crypto.getRandomValues(new Uint32Array(2));
  const [low = 0, high = 0] = seed;
  const state: State = [low, high ^ 0xee, 0x6c796765 ^ low, 0x74656462 ^ high];
  for (let index = 0; index < text.length; index += 2) {
    absorb(state, text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16));
  }
  absorb(state, text.length);
  state[2] ^= 0xee;
  mix(state, 4);
  const first = state[1] ^ state[3];
  state[1] ^= 0xdd;
  mix(state, 4);
  return writeHex(first) + writeHex(state[1] ^ state[3]);
}

type State = [number, number, number, number];

function absorb(state: State, word: number): void {
  state[3] ^= word;
  mix(state, 2);
  state[0] ^= word;
}

function mix(state: State, rounds: number): void {
  let [a, b, c, d] = state;
  for (let round = 0; round < rounds; round++) {
    a = (a + b) | 0;
    b = rotate(b, 5) ^ a;
    a = rotate(a, 16);
    c = (c + d) | 0;
    d = rotate(d, 8) ^ c;
    a = (a + d) | 0;
    d = rotate(d, 7) ^ a;
    c = (c + b) | 0;
    b = rotate(b, 13) ^ c;
    c = rotate(c, 16);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function writeHex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
