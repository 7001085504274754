/** The only way in which text gets onto the screen: made safe for a terminal. */
import { Text as InkText, type TextProps } from 'ink'
import { Children } from 'react'
import { safeText } from '../report/plain-line.ts'

/** Ink's Text, in which no name, message or output can move the cursor or speak to the terminal. */
export function Text({ children, ...props }: TextProps) {
  return (
    <InkText {...props}>
      {Children.map(children, (child) => (typeof child === 'string' ? safeText(child).replaceAll('\n', ' ') : child))}
    </InkText>
  )
}
