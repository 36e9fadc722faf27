#[path = "../tests/desk/desk.rs"]
mod desk;
use std::time::Instant;
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut csv = String::from("bank,account_number,holder_name,holder_nik,status\n");
    let n = 100_000;
    for i in 1..=n { csv.push_str(&format!("00{},{i},{},,ACTIVE\n", [2,8,9][i%3], if i%10==0 {"BUDI SANTOSO HARTONO"} else {"BUDI SANTOSO"})); }
    let t = Instant::now();
    let d = desk::Desk::open(&csv.replace("\n009,", "\n011,"), "").await;
    println!("open {:?}", t.elapsed());
    let names = ["Budi Santoso", "Budi Santoso", "Boedi Santoso, S.Pd."];
    for max_age in [0, 60, 60] {
        let t = Instant::now();
        let mut valid = 0;
        for p in 0..n/2000 {
            let claims = (1..=2000).map(|k| { let i = p*2000+k; desk::claim(["002","008","011"][i%3], &i.to_string(), names[i%3], (i % 9000 + 1) as i64) }).collect();
            let r = d.validate(desk::page(claims, max_age)).await.unwrap();
            valid += r.results.iter().filter(|r| r.verdict == 1).count();
        }
        println!("max_age {max_age}: {valid} valid, {:?} a page, {:.0}/s", t.elapsed()/(n as u32/2000), n as f64/t.elapsed().as_secs_f64());
    }
    d.pass_us(0);
    let _ = (d.count("attempt").await, d.texts("SELECT 'x'").await); d.execute("SELECT 1").await;
    let _ = d.database(); let _ = d.reopen(&[]).await;
}
