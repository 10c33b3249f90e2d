import { chromium } from 'playwright-core'
const [,, out, path, width='1440', dark='', login=''] = process.argv
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync']})
const c = await b.newContext({viewport:{width:+width,height:+width<600?844:900},isMobile:+width<600,hasTouch:+width<600,colorScheme:dark==='dark'?'dark':'light',locale:'fr-FR',baseURL:process.env.BASE??'http://localhost:8080'})
const p = await c.newPage()
p.on('console',m=>{if(['error','warning'].includes(m.type()))console.log('CONSOLE',m.text().slice(0,300))}); p.on('pageerror',e=>console.log('PAGEERR',e.message))
p.on('response',r=>{if(r.status()>=400)console.log(r.status(),r.url())})
if(login){await p.goto('/connexion?retour='+encodeURIComponent(path));await p.screenshot({path:'/tmp/acv/shots/signin.png'});await p.locator('main form button').first().click();await p.waitForLoadState();await p.screenshot({path:'/tmp/acv/shots/idp.png'});await p.locator('input[type=email],input[name=email]').first().fill(login);await p.locator('input[type=password]').fill('demo');await p.locator('button[type=submit],form button').first().click();await p.waitForLoadState('networkidle')}
else await p.goto(path)
await p.waitForLoadState('networkidle')
for(const m of await p.locator('[data-island=map]').all()){await m.scrollIntoViewIfNeeded();await p.waitForFunction(e=>e.dataset.ready==='1',await m.elementHandle(),{timeout:20000}).catch(()=>console.log('map not ready'))}
await p.evaluate(()=>scrollTo(0,0)); await p.waitForTimeout(300)
await p.screenshot({path:out,fullPage:true}); console.log(p.url(), await p.title()); await b.close()
