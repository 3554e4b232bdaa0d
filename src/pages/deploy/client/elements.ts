// Elements of the page, which the markup is known to have.

export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`)
  return found
}

export const showIn = (id: string, text: string): void => {
  const place = element(id, HTMLElement)
  place.textContent = text
  place.hidden = text === ''
}
