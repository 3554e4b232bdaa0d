// HTML that is made of what people write in specs: of its elements those that texts have, and no attribute but classes of colours.
const kept = new Set('P PRE CODE EM STRONG UL OL LI H1 H2 H3 H4 H5 H6 TABLE THEAD TBODY TR TH TD BLOCKQUOTE BR HR SPAN DIV'.split(' ')) // prettier-ignore

export function sanitised(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  for (const one of body.querySelectorAll('*')) {
    if (!kept.has(one.tagName)) one.replaceWith(one.textContent)
    else for (const name of one.getAttributeNames()) if (name !== 'class') one.removeAttribute(name)
  }
  return body.innerHTML
}
