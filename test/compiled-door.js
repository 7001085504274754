/** In the place of src/door/door-files.ts: programs that the tests compile elsewhere find the compiled door. */
import { fileURLToPath } from 'node:url'

export const doorFiles = (dialect) => ({
  preload: fileURLToPath(new URL(`../dist/door/${dialect}.cjs`, import.meta.url)),
  programs: fileURLToPath(new URL('../dist/door/bin', import.meta.url)),
})
