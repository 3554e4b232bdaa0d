// What runs on the page of a report: the module table folds, sorts and filters; numbers turn exact; the provenance line is copied.
// Without it the table is there all the same, unfolded. Plain JavaScript, checked by `npm run types`; generated into bundled.ts.
;(() => {
  /** @typedef {{ row: HTMLTableRowElement, depth: number, path: string, children: Item[], parent: Item | undefined, open: boolean, twist: HTMLButtonElement | undefined }} Item */
  const table = document.querySelector('table.modules')
  if (!(table instanceof HTMLTableElement)) return
  const body = table.tBodies[0]
  if (body === undefined) return

  /** @type {Item[]} */
  const items = []
  /** @type {Item[]} */
  const roots = []
  /** @type {Item[]} */
  const stack = []
  for (const row of body.rows) {
    const depth = Number(row.dataset['d'])
    stack.length = depth
    const parent = stack.at(-1)
    /** @type {Item} */
    const item = {
      row,
      depth,
      path: (row.dataset['p'] ?? '').toLowerCase(),
      children: [],
      parent,
      open: depth < 1,
      twist: undefined,
    }
    ;(parent?.children ?? roots).push(item)
    stack.push(item)
    items.push(item)
  }

  let query = ''
  /** @type {Set<Item>} */
  let matching = new Set()

  function show() {
    for (const item of items) {
      const folded = item.parent !== undefined && (item.parent.row.hidden || !isOpen(item.parent))
      item.row.hidden = query === '' ? folded : !matching.has(item)
      item.twist?.setAttribute('aria-expanded', String(isOpen(item)))
    }
  }

  /** @param {Item} item */
  const isOpen = (item) => (query === '' ? item.open : item.children.some((one) => matching.has(one)))

  for (const item of items) {
    if (item.children.length === 0) continue
    const twist = document.createElement('button')
    twist.type = 'button'
    twist.className = 'twist'
    twist.setAttribute('aria-label', `parts of ${item.row.dataset['p']}`)
    twist.addEventListener('click', () => {
      item.open = !item.open
      show()
    })
    item.twist = twist
    item.row.cells[0]?.prepend(twist)
  }

  /** @param {boolean} open */
  function fold(open) {
    for (const item of items) item.open = open
    show()
  }

  // ---------------------------------------------------------------- sorting, among the parts of one module

  /** @param {Item} item @param {number} column */
  function valueOf(item, column) {
    const cell = item.row.cells[column]
    const value = cell?.dataset['v']
    return value === undefined ? item.row.rowIndex : Number(value)
  }

  const original = new Map(items.map((item, at) => [item, at]))

  /** @param {number} column @param {'ascending' | 'descending' | 'none'} order */
  function sort(column, order) {
    const sign = order === 'ascending' ? 1 : -1
    /** @type {HTMLTableRowElement[]} */
    const rows = []
    /** @param {Item[]} siblings */
    const place = (siblings) => {
      const sorted = [...siblings].sort((a, b) => {
        const before = (original.get(a) ?? 0) - (original.get(b) ?? 0)
        if (order === 'none') return before
        const [x, y] = column === 0 ? [a.path, b.path] : [valueOf(a, column), valueOf(b, column)]
        return x === y ? before : (x < y ? -1 : 1) * sign
      })
      for (const item of sorted) {
        rows.push(item.row)
        place(item.children)
      }
    }
    place(roots)
    body?.append(...rows)
  }

  const heads = [...(table.tHead?.rows[0]?.cells ?? [])]
  for (const [column, head] of heads.entries()) {
    if (head.dataset['sort'] === undefined) continue
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'sort'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => {
      const now = head.getAttribute('aria-sort')
      const first = column === 0 ? 'ascending' : 'descending'
      const second = column === 0 ? 'descending' : 'ascending'
      const next = now === first ? second : now === second ? 'none' : first
      for (const other of heads) other.removeAttribute('aria-sort')
      if (next !== 'none') head.setAttribute('aria-sort', next)
      sort(column, next)
    })
  }

  // ---------------------------------------------------------------- filtering, exact numbers

  const tools = document.getElementById('module-tools')
  const filter = document.getElementById('module-filter')
  const found = document.getElementById('module-found')
  if (tools !== null) tools.hidden = false
  if (filter instanceof HTMLInputElement)
    filter.addEventListener('input', () => {
      query = filter.value.trim().toLowerCase()
      const hits = query === '' ? [] : items.filter((item) => item.path.includes(query))
      matching = new Set()
      for (const hit of hits)
        for (
          let item = /** @type {Item | undefined} */ (hit);
          item !== undefined && !matching.has(item);
          item = item.parent
        )
          matching.add(item)
      if (found !== null) found.textContent = query === '' ? '' : `${hits.length} of ${items.length} modules`
      show()
    })
  document.getElementById('module-unfold')?.addEventListener('click', () => fold(true))
  document.getElementById('module-fold')?.addEventListener('click', () => fold(false))

  const exact = document.getElementById('module-exact')
  /** @type {Map<HTMLTableCellElement, string>} */
  const rounded = new Map()
  if (exact instanceof HTMLInputElement)
    exact.addEventListener('change', () => {
      for (const { row } of items)
        for (const cell of row.cells) {
          const value = cell.dataset['v']
          if (value === undefined || cell.dataset['fixed'] !== undefined) continue
          if (!rounded.has(cell)) rounded.set(cell, cell.textContent ?? '')
          cell.textContent = exact.checked ? Number(value).toLocaleString('en-US') : (rounded.get(cell) ?? '')
        }
    })

  // ---------------------------------------------------------------- what another part of the page points to

  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    const details = target?.closest('details')
    if (details !== null && details !== undefined) details.open = true
  }
  addEventListener('hashchange', reveal)
  reveal()

  const copy = document.getElementById('copy-provenance')
  const line = document.getElementById('provenance-line')
  if (copy !== null && line !== null && navigator.clipboard !== undefined) {
    copy.hidden = false
    copy.addEventListener('click', () => {
      void navigator.clipboard.writeText(line.textContent ?? '').then(() => {
        copy.textContent = 'Copied'
      })
    })
  }

  show()
})()
