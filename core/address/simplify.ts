/** Traditional and simplified characters in pairs: words of addresses, and what names of roads are often made of. */
const PAIRS =
  '號号樓楼層层棟栋單单門门區区縣县鎮镇鄉乡裡里裏里衖弄徑径東东橋桥書书園园學学宮宫陽阳陰阴龍龙鳳凤廟庙廠厂場场' +
  '廣广農农衛卫國国華华興兴寧宁蘇苏滬沪灣湾濱滨溝沟瀆渎濟济義义倉仓鐵铁鐘钟錢钱銀银馬马魚鱼鳥鸟麗丽齊齐長长車车' +
  '進进達达過过邊边鄰邻隣邻雙双雲云電电頭头顧顾顏颜風风館馆貢贡財财貨货賢贤賓宾趙赵軍军應应慶庆愛爱戲戏戶户時时' +
  '曉晓會会條条楊杨榮荣樂乐樹树橫横歷历氣气漢汉潔洁澤泽濤涛灘滩烏乌無无爐炉牆墙獅狮環环畫画當当發发盤盘禮礼種种' +
  '窯窑筆笔節节範范築筑糧粮紅红紗纱紙纸線线經经綠绿綢绸網网織织繡绣羅罗聖圣聽听聯联臨临舊旧蘭兰處处蠶蚕補补見见' +
  '規规觀观許许詩诗語语誠诚調调談谈諸诸謝谢護护讀读讓让豐丰貝贝遠远選选還还鄭郑醫医釣钓鋪铺錦锦鎖锁鏡镜閘闸間间' +
  '閣阁關关隊队階阶靜静順顺領领飛飞養养騎骑體体鹽盐黃黄點点龜龟齋斋硯砚軒轩懷怀務务後后對对側侧與与貳贰參叁陸陆' +
  '兩两萬万葉叶蓮莲蔣蒋蕭萧陳陈孫孙吳吴馮冯許许鄧邓鄒邹範范儒儒萃萃輪轮運运'
const SIMPLE = new Map<string, string>()
for (let i = 0, all = [...PAIRS]; i + 1 < all.length; i += 2) SIMPLE.set(all[i]!, all[i + 1]!)

export function simplify(text: string): string {
  let simple = ''
  for (const character of text) simple += SIMPLE.get(character) ?? character
  return simple
}
